/// The few Linux socket calls that Java and Netty do not offer, through `java.lang.foreign`.
package io.bessemer.pxe.net;
