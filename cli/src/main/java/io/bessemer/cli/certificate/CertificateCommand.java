package io.bessemer.cli.certificate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "certificate", description = "Certificates by which libvirt on hosts lets operators in: create.", subcommands = CertificateCreate.class)
public final class CertificateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: create.");
    }
}
