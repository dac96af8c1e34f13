/// Hardware types that speak to no BMC: one for tests of clients, one for machines whose power a person switches.
package io.bessemer.plain;
