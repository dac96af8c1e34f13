/// What operators wrote down for Bessemer to do at the right moment: deploy templates, runbooks, inspection rules.
package io.bessemer.core.plan;
