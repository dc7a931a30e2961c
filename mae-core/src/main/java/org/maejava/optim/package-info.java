/** Schedules, parameter plans and update rules: three things that know nothing of each other. */
package org.maejava.optim;
