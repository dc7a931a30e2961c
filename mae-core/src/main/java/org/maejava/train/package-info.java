/** The loop that moves parameters, and the checkpoints it goes on from. */
package org.maejava.train;
