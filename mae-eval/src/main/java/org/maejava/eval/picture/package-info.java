/** What the network sees and says, as pictures. */
@NullMarked
package org.maejava.eval.picture;

import org.jspecify.annotations.NullMarked;
