/// How a host becomes known to the server: the ticket from its config drive, the key that it makes, the certificate that it gets.
package io.bessemer.host.join;
