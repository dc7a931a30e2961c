/** Several processes that train one model: who they are, and what they tell each other. */
@NullMarked
package org.maejava.cluster;

import org.jspecify.annotations.NullMarked;
