/** Words of messages: numbers with what they count, misspelt words with what was meant. */
@NullMarked
package org.maejava.words;

import org.jspecify.annotations.NullMarked;
