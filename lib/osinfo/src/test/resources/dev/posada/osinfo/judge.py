# What libosinfo makes of the database: the judge of LibosinfoTest.
import gi,sys
gi.require_version('Libosinfo','1.0')
from gi.repository import Libosinfo as L
def it(l):
    return [l.get_nth(i) for i in range(l.get_length())] if l else []
def media(db):
    for volume in sys.argv[2:]:
        m = L.Media.new("x", "x86_64")
        m.set_param("volume-id", volume)
        m.set_param("system-id", "LINUX")
        if db.identify_media(m):
            print(m.get_os().get_short_id(), m.get_architecture())
        else:
            print(None)
def dump(db):
    out=[]
    for o in it(db.get_os_list()):
        s=[]
        s.append("os "+o.get_id())
        s.append("short "+" ".join(dict.fromkeys(o.get_short_id_list())))
        for n,v in [("name",o.get_name()),("vendor",o.get_vendor()),("family",o.get_family()),("distro",o.get_distro()),("version",o.get_version()),("codename",o.get_codename()),("release",o.get_release_date_string()),("eol",o.get_eol_date_string()),("kernelurl",o.get_kernel_url_argument()),("clouduser",o.get_cloud_image_username()),("status",o.get_release_status().value_nick)]:
            if v: s.append(n+" "+v)
        for n,r in [("min",o.get_minimum_resources()),("rec",o.get_recommended_resources()),("max",o.get_maximum_resources()),("net",o.get_network_install_resources())]:
            for x in sorted(it(r),key=lambda x:x.get_architecture()):
                s.append("%s %s cpu=%d n=%d ram=%d st=%d"%(n,x.get_architecture(),x.get_cpu(),x.get_n_cpus(),x.get_ram(),x.get_storage()))
        for d in sorted(it(o.get_all_devices()),key=lambda d:d.get_id()):
            s.append("dev "+d.get_id())
        for f in sorted(it(o.get_complete_firmware_list()),key=lambda f:(f.get_architecture(),f.get_firmware_type())):
            s.append("fw %s %s %s"%(f.get_architecture(),f.get_firmware_type(),str(f.is_supported()).lower()))
        for m in sorted("media %s v=%s s=%s p=%s a=%s k=%s i=%s live=%s inst=%s script=%s vs=%s [%s] {%s}"%(m.get_architecture(),m.get_volume_id(),m.get_system_id(),m.get_publisher_id(),m.get_application_id(),m.get_kernel_path(),m.get_initrd_path(),str(m.get_live()).lower(),str(m.get_installer()).lower(),str(m.supports_installer_script()).lower(),m.get_volume_size(),",".join(v.get_id() for v in it(m.get_os_variants())),",".join(v.get_id() for v in it(m.get_install_script_list()))) for m in it(o.get_media_list())): s.append(m)
        for t in sorted("tree %s u=%s k=%s i=%s f=%s v=%s n=%s a=%s [%s]"%(t.get_architecture(),t.get_url(),t.get_kernel_path(),t.get_initrd_path(),t.get_treeinfo_family(),t.get_treeinfo_variant(),t.get_treeinfo_version(),t.get_treeinfo_arch(),",".join(v.get_id() for v in it(t.get_os_variants()))) for t in it(o.get_tree_list())): s.append(t)
        for i in sorted("image %s %s %s %s"%(m.get_architecture(),m.get_format(),m.get_url(),str(m.get_cloud_init()).lower()) for m in it(o.get_image_list())): s.append(i)
        for i in it(o.get_install_script_list()): s.append("script "+i.get_id()+" "+str(i.get_profile()))
        for d in it(o.get_device_drivers()):
            s.append("driver %s %s pre=%s signed=%s files=%s"%(d.get_architecture(),d.get_location(),str(d.get_pre_installable()).lower(),str(d.get_signed()).lower(),",".join(d.get_files())))
        out.append("\n".join(s))
    out.sort()
    print("\n".join(out))
l=L.Loader()
l.process_default_path()
globals()[sys.argv[1]](l.get_db())
