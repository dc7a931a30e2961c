/** Several protocols on the same labels and images, and what may be concluded. */
@NullMarked
package org.maejava.eval.compare;

import org.jspecify.annotations.NullMarked;
