/// C functions, called by `java.lang.foreign`.
package io.bessemer.host.foreign;
