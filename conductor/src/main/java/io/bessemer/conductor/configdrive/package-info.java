/// Config drives: what a freshly imaged host reads on its first boot.
package io.bessemer.conductor.configdrive;
