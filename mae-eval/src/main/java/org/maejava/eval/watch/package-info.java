/** What looks at a run while it trains: nearest neighbours on its features, TensorBoard. */
@NullMarked
package org.maejava.eval.watch;

import org.jspecify.annotations.NullMarked;
