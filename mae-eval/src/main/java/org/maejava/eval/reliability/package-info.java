/** How far a classifier's answers can be relied on: calibration, and images that are made worse. */
@NullMarked
package org.maejava.eval.reliability;

import org.jspecify.annotations.NullMarked;
