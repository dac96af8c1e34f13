/// The content server: boot scripts, boot files and image chunks by HTTP/1.1, with ranges and without copying through the JVM.
package io.bessemer.pxe.http;
