/// `bessemer image`: the disk images that hosts get.
package io.bessemer.cli.image;
