/// The iPXE scripts that machines are booted by.
package io.bessemer.pxe.script;
