"""Web pages of what stands before an upstream."""

HAPROXY = (
    b"<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>"
)
NGINX = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<hr><center>nginx</center>\r\n</body></html>"
)
ELB = b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body></body></html>"
IIS = b"<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><p>HTTP Error 503. The service is unavailable.</p></HTML>"
ATTENTION = b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>"
CHALLENGE = (
    b"<!DOCTYPE html><html><script>a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1'</script></html>"
)
ALIYUN = b"<!doctype html><html><head><title>405</title></head><img src='https://errors.aliyun.com/x.png'></html>"
TENCENT = b"<html><head></head><body><img src='https://waf.tencent-cloud.com/501.png'></body></html>"
DETECTIONS = b"<html><title>Down</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script></html>"
TIMEOUT_524 = b"<html><head><title>relay.example | 524: A timeout occurred</title></head></html>"
PORTAL = b"<html><head><title>Sign in</title></head><body><form action=/login></form></body></html>"
POOR = "<html><head><title>错误</title></head><body><p>用户额度不足, 剩余额度: ¥0.00</p></body></html>"
TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head><center>nginx/1.22.1</center></html>"
