/** Images made worse on purpose, to see how much a classifier minds. */
@NullMarked
package org.maejava.data.corrupt;

import org.jspecify.annotations.NullMarked;
