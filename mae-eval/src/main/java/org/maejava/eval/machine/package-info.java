/** What a run computes on. */
@NullMarked
package org.maejava.eval.machine;

import org.jspecify.annotations.NullMarked;
