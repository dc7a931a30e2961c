/** What a trained model makes of evaluation images: answers, features, attention, pictures. */
@NullMarked
package org.maejava.eval.look;

import org.jspecify.annotations.NullMarked;
