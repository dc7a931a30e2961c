/**
 * A source's examples in their order, mapped on worker threads, grouped and prefetched, in the
 * manner of tf.data: it begins with {@link org.maejava.data.flow.Dataset}.
 */
@NullMarked
package org.maejava.data.flow;

import org.jspecify.annotations.NullMarked;
