/// Logging in to an OpenStack cloud and calling its services: what every part of Bessemer that speaks with one needs. What the services
/// are called for is none of this module's business.
package io.bessemer.openstack;
