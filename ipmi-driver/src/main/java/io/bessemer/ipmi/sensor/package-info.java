/// What a BMC's sensor data records (IPMI 2.0 §43) say of its sensors, and what a raw reading means by them (§36, §42). Pure: bytes in, values out.
package io.bessemer.ipmi.sensor;
