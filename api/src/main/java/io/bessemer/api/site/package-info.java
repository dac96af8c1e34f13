/// What describes the installation and not a machine: versions, drivers, conductors.
package io.bessemer.api.site;
