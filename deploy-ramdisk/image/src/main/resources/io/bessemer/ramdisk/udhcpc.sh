#!/bin/busybox sh
# What udhcpc calls when a lease comes, changes or ends.
case $1 in
    deconfig)
        ifconfig "$interface" up
        ;;
    bound|renew)
        ifconfig "$interface" "$ip" netmask "${subnet:-255.255.255.0}" ${mtu:+mtu $mtu}
        if [ -n "$router" ]; then
            route del default dev "$interface" 2>/dev/null
            route add default gw "${router%% *}" dev "$interface" 2>/dev/null
        fi
        if [ -n "$dns" ]; then
            : > /etc/resolv.conf
            for server in $dns; do echo "nameserver $server" >> /etc/resolv.conf; done
        fi
        echo "$interface $ip from $serverid" > /run/network.new
        mv /run/network.new /run/network
        ;;
esac
