# The boot servers alone, on loopback, with the flags of the server: sourced after figures.sh, needs bench_work.

# boot_server DIRECTORY: starts them; their process is the last of `started`, their ports are $tftp_port and $http_port.
boot_server() {
  echo '<configuration><root level="OFF"/></configuration>' >"$work/logback.xml"
  "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "-Dlogback.configurationFile=$work/logback.xml" \
    -cp "${BENCH_CLASSPATH:-$BESSEMER_HOME/cli/target/lib/*}" "$BESSEMER_HOME/bench/common/BootFilesServer.java" 127.0.0.1 "$1" "$work/ports" >"$work/log" 2>&1 & started+=($!)
  until [ -s "$work/ports" ]; do sleep 0.1; kill -0 "${started[-1]}" 2>/dev/null || { cat "$work/log"; exit 1; }; done
  read -r tftp_port http_port <"$work/ports"
}
