/// `./bessemer import`: nodes and what belongs to them move here from another Ironic.
package io.bessemer.cli.imports;
