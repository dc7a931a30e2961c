/**
 * Golden numbers of the published code and assertions on tensors, shared with the other modules.
 */
package org.maejava.golden;
