"""timm 1.0.31 and PyTorch 2.9.1: python timm_attention_pool.py FILE writes the golden numbers of attentive pooling."""
import sys

import torch
from timm.layers import AttentionPoolLatent
from safetensors.torch import save_file
torch.manual_seed(0)
pool = AttentionPoolLatent(12, num_heads=3, mlp_ratio=2.0, norm_layer=lambda d, **k: torch.nn.LayerNorm(d, eps=1e-6))
for p in pool.parameters():
    torch.nn.init.normal_(p, std=0.5)
x = torch.randn(2, 13, 12, requires_grad=True)
y = pool(x)
g = torch.randn_like(y)
(y*g).sum().backward()
t = {"tokens": x.detach(), "pooled": y.detach(), "weights": g, "gradient": x.grad}
for n, p in pool.named_parameters():
    t["param.attn_pool." + n] = p.detach()
    t["grad.attn_pool." + n] = p.grad
save_file({k: v.contiguous() for k, v in t.items()}, sys.argv[1])
