/// TFTP, read only: RFC 1350 with the options of RFC 2347, 2348, 2349 and 7440. For the first loader of firmware that knows nothing better.
package io.bessemer.pxe.tftp;
