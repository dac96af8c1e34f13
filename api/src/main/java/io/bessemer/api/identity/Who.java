package io.bessemer.api.identity;

import static io.bessemer.api.wire.Role.ADMIN;
import static io.bessemer.api.wire.Role.MANAGER;
import static io.bessemer.api.wire.Role.MEMBER;
import static io.bessemer.api.wire.Role.READER;
import static io.bessemer.api.wire.Role.SERVICE;

import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Role;
import java.util.ArrayList;
import java.util.List;

/// The circles of callers that Ironic's rules know (its `policy.py`), under its names. Each says the least role that somebody needs who acts
/// for the system, for the project that owns the thing, for its lessee, or for any project at all.
public enum Who {
    /// Without logging in; or by a token of another kind, which the resource checks.
    PUBLIC(null, null, null, null),
    SYSTEM_ADMIN(ADMIN, null, null, null),
    SYSTEM_MEMBER(MEMBER, null, null, null),
    SYSTEM_READER(READER, null, null, null),
    /// Of lists, which hold what the caller's project may see.
    API_READER(READER, READER, READER, READER),
    SYSTEM_OR_PROJECT_READER(READER, READER, READER, null),
    SYSTEM_OR_PROJECT_MEMBER(MEMBER, MEMBER, MEMBER, null),
    SYSTEM_OR_OWNER_READER(READER, READER, null, null),
    SYSTEM_MEMBER_OR_OWNER_MEMBER(MEMBER, MEMBER, null, null),
    SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN(MEMBER, MEMBER, MANAGER, null),
    SYSTEM_MEMBER_OR_OWNER_ADMIN(MEMBER, MANAGER, null, null),
    SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN(MEMBER, MANAGER, MANAGER, null),
    SYSTEM_ADMIN_OR_OWNER_ADMIN(ADMIN, MANAGER, null, null),
    /// An administrator of a project, of what the project owns.
    SYSTEM_ADMIN_OR_PROJECT_ADMIN(ADMIN, ADMIN, null, null),
    /// What a project makes becomes its own.
    SYSTEM_ADMIN_OR_ANY_PROJECT_ADMIN(ADMIN, null, null, ADMIN),
    SYSTEM_MEMBER_OR_ANY_PROJECT_MANAGER(MEMBER, null, null, MANAGER),
    SYSTEM_MEMBER_OR_ANY_PROJECT_MEMBER(MEMBER, null, null, MEMBER),
    /// Other services of the cloud too, who act for the system.
    SYSTEM_ADMIN_OR_SERVICE(ADMIN, null, null, null);

    private final Role system;
    private final Role owner;
    private final Role lessee;
    private final Role anyProject;

    Who(Role system, Role owner, Role lessee, Role anyProject) {
        this.system = system;
        this.owner = owner;
        this.lessee = lessee;
        this.anyProject = anyProject;
    }

    boolean admits(Caller caller, Owned thing) {
        if (this == PUBLIC) {
            return true;
        }
        if (caller.system()) {
            return reaches(caller, system, this == SYSTEM_ADMIN_OR_SERVICE ? ADMIN : MEMBER);
        }
        if (caller.project() == null) {
            return false;
        }
        return reaches(caller, anyProject, READER)
                || caller.project().equals(thing.owner()) && reaches(caller, owner, MANAGER)
                || caller.project().equals(thing.lessee()) && caller.holds(lessee);
    }

    /// @param service what a service counts as in such a scope: it serves those who are there
    private static boolean reaches(Caller caller, Role least, Role service) {
        return caller.holds(least) || least != null && least.compareTo(service) <= 0 && caller.holds(SERVICE);
    }

    /// For messages and the page of permissions.
    String sentence() {
        if (this == PUBLIC) {
            return "everybody";
        }
        List<String> circles = new ArrayList<>();
        add(circles, system, "of the system");
        add(circles, this == SYSTEM_ADMIN_OR_SERVICE ? SERVICE : null, "of the system");
        add(circles, owner, "of the owner's project");
        add(circles, lessee, "of the lessee's project");
        add(circles, anyProject, "of any project");
        return String.join(", ", circles);
    }

    private static void add(List<String> circles, Role least, String where) {
        if (least != null) {
            circles.add(least.wire() + " " + where);
        }
    }
}
