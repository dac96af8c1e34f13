package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get User Access, IPMI 2.0 §22.27.
public record GetUserAccess(int channel, int user) implements Command<GetUserAccess.Access> {
    /// the channel that the request comes by
    public static final int THIS_CHANNEL = 0x0e;

    /// How Set User Password left the account. BMCs of IPMI 1.5 do not say.
    public enum Enabled { UNTOLD, YES, NO, RESERVED }

    /// @param mostUsers    that the BMC can have on this channel; ids count from 1
    /// @param enabledUsers how many are
    /// @param fixedNames   so many, from id 1 on, have names that cannot be changed
    /// @param messaging    may log in to give commands
    /// @param privilege    1 to 4 as [io.bessemer.ipmi.protocol.Privilege], 5 the maker's, 15 none
    public record Access(int mostUsers, int enabledUsers, int fixedNames, Enabled enabled, boolean callbackOnly, boolean linkAuthentication, boolean messaging, int privilege) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x44, (byte) channel, (byte) user);
    }

    @Override
    public String title() {
        return "Get User Access (user %d)".formatted(user);
    }

    @Override
    public Access decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int most = in.unsignedByte("number of users") & 0x3f;
        int enabled = in.unsignedByte("enabled users");
        int fixed = in.unsignedByte("users with fixed names") & 0x3f;
        int access = in.unsignedByte("access");
        return new Access(most, enabled & 0x3f, fixed, Enabled.values()[enabled >> 6], (access & 0x40) != 0, (access & 0x20) != 0, (access & 0x10) != 0, access & 0x0f);
    }
}
