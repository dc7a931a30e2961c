"""Wrote solo-learn*: a tiny model of solo-learn's encoder and decoder, with inputs and outputs.

What is on the Python Package Index (1.0.2) is older than its masked autoencoder, so the two modules
are those of its repository from 2022. The weights are random; the file is laid out as its
training's checkpoints are. Run in this folder.
"""

from functools import partial

import torch
from safetensors.torch import save_file
from solo.backbones.vit.vit_mae import MaskedAutoencoderViT
from solo.methods.mae import MAEDecoder

torch.manual_seed(6)
model = torch.nn.Module()
model.backbone = MaskedAutoencoderViT(
    img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=4, mlp_ratio=2,
    norm_layer=partial(torch.nn.LayerNorm, eps=1e-6))
model.decoder = MAEDecoder(
    in_dim=16, embed_dim=8, depth=1, num_heads=2, num_patches=16, patch_size=4, mlp_ratio=2)
model.classifier = torch.nn.Linear(16, 3)
images = torch.randn(2, 3, 16, 16)
noise = torch.rand(2, 16)
with torch.no_grad():
    for value in model.parameters():
        value.copy_(torch.randn_like(value) * 0.3)
    model.eval()
    torch.rand = lambda *shape, device=None: noise
    latent, _, restore = model.backbone.forward_encoder(images, 0.75)
    predicted = model.decoder(latent, restore)
torch.save(
    {"epoch": 9, "global_step": 20, "pytorch-lightning_version": "1.6.4", "state_dict": model.state_dict()},
    "solo-learn.ckpt")
save_file({"images": images, "noise": noise, "logits": predicted.contiguous()}, "solo-learn-expected.safetensors")
with open("../names/solo-learn.txt", "w") as names:
    names.write("".join(name + "\n" for name in model.state_dict()))
