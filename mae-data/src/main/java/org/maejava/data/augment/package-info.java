/** What training does to images beyond framing them: colours, shapes, erasing, mixing. */
@NullMarked
package org.maejava.data.augment;

import org.jspecify.annotations.NullMarked;
