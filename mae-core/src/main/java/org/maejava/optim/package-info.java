/** Schedules, parameter plans and update rules: three things that know nothing of each other. */
@NullMarked
package org.maejava.optim;

import org.jspecify.annotations.NullMarked;
