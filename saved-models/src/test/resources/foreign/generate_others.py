"""Wrote mmpretrain*, lightly*: tiny models of mmpretrain 1.2.0 and lightly 1.6.0, with inputs and outputs.

Their weights are random and their random maskings are given the noise that is kept beside. Run in
this folder.
"""

import timm
import torch
from lightly.models import utils
from lightly.models.modules import MAEDecoderTIMM, MaskedVisionTransformerTIMM
from mmpretrain.models.backbones import VisionTransformer
from mmpretrain.models.heads import LinearClsHead, VisionTransformerClsHead
from mmpretrain.models.necks import MAEPretrainDecoder
from mmpretrain.models.selfsup.mae import MAEViT
from safetensors.torch import save_file

torch.manual_seed(5)
DECODER = dict(num_patches=16, patch_size=4, embed_dim=16, decoder_embed_dim=8, decoder_depth=1, decoder_num_heads=2)
VIT = dict(arch=dict(embed_dims=16, num_layers=2, num_heads=4, feedforward_channels=32), img_size=16, patch_size=4)
NAMES = "../names/%s.txt"


def whole(**parts):
    model = torch.nn.Module()
    for name, part in parts.items():
        model.add_module(name, part)
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(torch.randn_like(value) * 0.3)
    return model.eval()


def write(name, model, top, **outputs):
    torch.save({**top, "state_dict": model.state_dict()}, name)
    stem = name.split(".")[0]
    save_file({key: value.contiguous() for key, value in outputs.items()}, stem + "-expected.safetensors")
    with open(NAMES % stem, "w") as names:
        names.write("".join(key + "\n" for key in model.state_dict()))


images = torch.randn(2, 3, 16, 16)
noise = torch.rand(2, 16)
with torch.no_grad():
    mae = whole(backbone=MAEViT(mask_ratio=0.75, **VIT), neck=MAEPretrainDecoder(in_chans=3, mlp_ratio=2, **DECODER))
    drawn, torch.rand = torch.rand, lambda *shape, device=None: noise
    latent, _, restore = mae.backbone(images)
    torch.rand = drawn
    write("mmpretrain-neck.pth", mae, {"meta": {"epoch": 3}}, images=images, noise=noise, logits=mae.neck(latent, restore))

    for name, head, options in [
            ("average", LinearClsHead, dict(out_type="avg_featmap", final_norm=False)),
            ("class-token", VisionTransformerClsHead, dict(out_type="cls_token"))]:
        model = whole(backbone=VisionTransformer(**VIT, **options), head=head(num_classes=3, in_channels=16))
        logits = model.head(model.backbone(images))
        write(f"mmpretrain-{name}.pth", model, {"meta": {}}, images=images, logits=logits)

    vit = timm.models.VisionTransformer(
        img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=4, mlp_ratio=2, num_classes=0)
    model = whole(backbone=MaskedVisionTransformerTIMM(vit=vit), decoder=MAEDecoderTIMM(mlp_ratio=2.0, **DECODER))
    order = noise.argsort(dim=1) + 1
    keep = torch.cat([torch.zeros(2, 1, dtype=order.dtype), order[:, :4]], dim=1)
    decoder = model.decoder
    visible = decoder.embed(model.backbone.encode(images=images, idx_keep=keep))
    tokens = utils.set_at_index(utils.repeat_token(decoder.mask_token, (2, 17)), keep, visible)
    predicted = decoder.predict(decoder.decode(tokens))[:, 1:]
    write("lightly.ckpt", model, {"pytorch-lightning_version": "2.5.0", "epoch": 7},
          images=images, noise=noise, logits=predicted)
