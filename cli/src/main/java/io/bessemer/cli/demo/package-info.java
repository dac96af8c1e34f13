/// `bessemer demo`: a rack from nothing to active hosts, driven through the API as any client would.
package io.bessemer.cli.demo;
