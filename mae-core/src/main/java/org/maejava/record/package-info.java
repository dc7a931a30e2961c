/** What a run leaves in writing of itself. */
@NullMarked
package org.maejava.record;

import org.jspecify.annotations.NullMarked;
