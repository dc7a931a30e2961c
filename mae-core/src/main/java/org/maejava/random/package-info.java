/** Where randomness comes from. */
package org.maejava.random;
