"""Results sent by public post (trả kết quả qua bưu chính công ích): parcels, their carrier, their way back.

It must not decide on dossiers: it tells them what the parcel did, and hands over, through their door.
"""
