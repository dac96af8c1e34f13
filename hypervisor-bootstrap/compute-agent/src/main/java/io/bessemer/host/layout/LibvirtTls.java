package io.bessemer.host.layout;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.join.Identity;
import io.bessemer.host.protocol.HostFile;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// libvirt over TLS (https://libvirt.org/kbase/tlscerts.html), for those with a certificate of the server's authority and for nobody else. The
/// host's certificate is its client's too, for guests that move to another host; and QEMU's, which encrypts their memory and disks on the
/// way (https://www.qemu.org/docs/master/system/tls.html).
public final class LibvirtTls {
    private static final String CA = "/etc/pki/CA/cacert.pem";
    private static final String SERVER_CERTIFICATE = "/etc/pki/libvirt/servercert.pem";
    private static final String SERVER_KEY = "/etc/pki/libvirt/private/serverkey.pem";
    private static final String CLIENT_CERTIFICATE = "/etc/pki/libvirt/clientcert.pem";
    private static final String CLIENT_KEY = "/etc/pki/libvirt/private/clientkey.pem";
    private static final String QEMU = "/etc/pki/qemu/";
    private static final String QEMU_SETTINGS = "/etc/libvirt/qemu.conf";
    /// QEMU does not run as root: its own group may read the keys. Debian's name for it, and others'
    private static final List<String> QEMU_GROUPS = List.of("libvirt-qemu", "qemu", "kvm");
    /// whoever sends a guest must show a certificate; to whom it is sent, always
    private static final String VERIFY = "migrate_tls_x509_verify = 1";
    /// serial of the certificate that libvirtd was told of: written last, so that a kill before it repeats the telling
    private static final String TOLD = "/var/lib/bessemer/libvirt-certificate";
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HostFiles files;

    public LibvirtTls(HostFiles files) {
        this.files = files;
    }

    /// @return whether libvirtd was restarted: connections to it are gone
    public boolean open(Identity identity) throws IOException, GeneralSecurityException {
        String serial = identity.x509().getSerialNumber().toString(16);
        boolean told = files.text(TOLD).filter(serial::equals).isPresent();
        if (told && listening()) {
            return false;
        }
        files.change(CA, identity.ca(), "rw-r--r--");
        files.change(SERVER_KEY, identity.key(), "rw-------");
        files.change(SERVER_CERTIFICATE, identity.certificate(), "rw-r--r--");
        files.change(CLIENT_KEY, identity.key(), "rw-------");
        files.change(CLIENT_CERTIFICATE, identity.certificate(), "rw-r--r--");
        boolean settings = qemu(identity);
        boolean restarted = settings || !listening() || !reload();
        if (restarted) {
            restart();
        }
        files.write(TOLD, serial, "rw-r--r--");
        return restarted;
    }

    /// Lets nobody in any more; the key goes too.
    ///
    /// @return whether libvirtd was restarted
    public boolean close() throws IOException {
        if (files.text(TOLD).isEmpty()) {
            return false;
        }
        systemctl("disable", "--now", "libvirtd-tls.socket");
        systemctl("restart", "libvirtd.service"); // which held the socket too
        for (String name : new String[] {SERVER_KEY, SERVER_CERTIFICATE, CLIENT_KEY, CLIENT_CERTIFICATE, QEMU + "server-key.pem",
                QEMU + "server-cert.pem", QEMU + "client-key.pem", QEMU + "client-cert.pem", TOLD}) {
            files.delete(name);
        }
        return true;
    }

    /// QEMU reads the files anew for each guest that comes or goes.
    ///
    /// @return whether libvirtd must read its settings
    private boolean qemu(Identity identity) throws IOException {
        Optional<String> settings = files.text(QEMU_SETTINGS);
        Optional<String> group = settings.isEmpty() ? Optional.empty() : QEMU_GROUPS.stream().filter(files::hasGroup).findFirst();
        if (group.isEmpty()) {
            return false; // a host of another kind
        }
        files.change(QEMU + "ca-cert.pem", identity.ca(), "rw-r--r--");
        for (String side : List.of("server", "client")) {
            var key = new HostFile(QEMU + side + "-key.pem", "0640", "root:" + group.get(), identity.key());
            if (!files.isAsWanted(key)) {
                files.write(key);
            }
            files.change(QEMU + side + "-cert.pem", identity.certificate(), "rw-r--r--");
        }
        if (settings.get().lines().anyMatch(line -> line.strip().startsWith("migrate_tls_x509_verify"))) {
            return false; // ours, or an operator's
        }
        files.write(QEMU_SETTINGS, settings.get() + "\n\n# of Bessemer's compute agent\n" + VERIFY + "\n", "rw-------");
        return true;
    }

    private static boolean listening() throws IOException {
        try {
            systemctl("is-active", "--quiet", "libvirtd-tls.socket");
            return true;
        } catch (CommandFailedException e) {
            return false;
        }
    }

    /// Without disturbing whoever is connected.
    private static boolean reload() throws IOException {
        try {
            Command.of("virt-admin", "-c", "libvirtd:///system", "server-update-tls", "libvirtd").timeout(TIMEOUT).run();
            return true;
        } catch (CommandFailedException e) {
            return false;
        }
    }

    /// systemd gives libvirtd the sockets when it starts it, and starts no socket of a running service. Guests run on.
    private static void restart() throws IOException {
        systemctl("stop", "libvirtd.service", "libvirtd.socket", "libvirtd-ro.socket", "libvirtd-admin.socket", "libvirtd-tls.socket");
        systemctl("enable", "libvirtd-tls.socket");
        systemctl("start", "libvirtd.socket", "libvirtd-ro.socket", "libvirtd-admin.socket", "libvirtd-tls.socket", "libvirtd.service");
    }

    private static void systemctl(String... words) throws IOException {
        String[] arguments = new String[words.length + 1];
        arguments[0] = "--no-ask-password";
        System.arraycopy(words, 0, arguments, 1, words.length);
        Command.of("systemctl", arguments).timeout(TIMEOUT).run();
    }
}
