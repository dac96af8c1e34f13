/// Trust in those whom we speak TLS with.
package io.bessemer.core.tls;
