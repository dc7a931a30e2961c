/**
 * From what {@code --data} names to sources: it begins with {@link org.maejava.data.spec.ImageSet}.
 */
@NullMarked
package org.maejava.data.spec;

import org.jspecify.annotations.NullMarked;
