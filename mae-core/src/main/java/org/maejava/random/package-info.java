/** Where randomness comes from. */
@NullMarked
package org.maejava.random;

import org.jspecify.annotations.NullMarked;
