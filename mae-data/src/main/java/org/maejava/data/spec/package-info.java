/**
 * From what {@code --data} names to sources: it begins with {@link org.maejava.data.spec.ImageSet}.
 */
package org.maejava.data.spec;
