# What libosinfo makes of its install scripts: the judge of AnswerScriptTest.
# Words: the URI of a system, "media" or "os"; prints each script's id, words and text between lines of "==".
import sys
import gi
gi.require_version('Libosinfo', '1.0')
from gi.repository import Libosinfo as L
loader = L.Loader()
loader.process_default_path()
db = loader.get_db()
system = db.get_os(sys.argv[1])
config = L.InstallConfig()
config.set_user_login("tester")
config.set_user_realname("Tester")
config.set_user_password("first")
config.set_admin_password("second")
config.set_target_disk("/dev/vda")
config.set_hardware_arch("x86_64")
config.set_hostname("inner")
config.set_l10n_timezone("Europe/Berlin")
config.set_l10n_language("de_DE")
config.set_l10n_keyboard("de_DE")
config.set_reg_product_key("AAAA-BBBB")
scripts = system.get_install_script_list()
media = system.get_media_list().get_nth(0) if sys.argv[2] == "media" else None
for i in range(scripts.get_length()):
    script = scripts.get_nth(i)
    method = sys.argv[3]
    script.set_preferred_injection_method(
        L.InstallScriptInjectionMethod.INITRD if method == "initrd" else L.InstallScriptInjectionMethod.CDROM)
    script.set_installation_source(
        L.InstallScriptInstallationSource.MEDIA if media else L.InstallScriptInstallationSource.NETWORK)
    print("==" + script.get_id())
    if media:
        print(script.generate_command_line_for_media(media, config) if method == "initrd" else "")
        print(script.generate_for_media(media, config))
    else:
        print(script.generate_command_line(system, config))
        print(script.generate(system, config))
