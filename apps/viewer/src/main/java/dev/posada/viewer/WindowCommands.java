package dev.posada.viewer;

/** What a user asks of a window that concerns more than the window. Called on the thread of windows; returns at once. */
interface WindowCommands {
    void close();

    void pause(boolean wanted);

    void reset();

    void powerDown();

    void forceOff();
}
