package dev.posada.rfb;

/** Reads the pixels of one rectangle, which lies within the screen, and draws them. */
interface Decoder {

    void decode(Area area, Framebuffer screen);
}
