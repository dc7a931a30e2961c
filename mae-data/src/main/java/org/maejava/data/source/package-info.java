/** Where images lie: folders, IDX files, the bundled data set, and parts of them. */
@NullMarked
package org.maejava.data.source;

import org.jspecify.annotations.NullMarked;
