/// Disk images and config drives, as the conductor asks for them.
package io.bessemer.core.image;
