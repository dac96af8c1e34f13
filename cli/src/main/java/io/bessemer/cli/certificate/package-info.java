/// `bessemer certificate`: the keys by which operators reach libvirt on hosts.
package io.bessemer.cli.certificate;
