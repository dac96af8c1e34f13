/* bmcsim: one process answering as very many BMCs (RMCP+ / IPMI 2.0, cipher suites 3 and 17, optional 0).
 * Every destination address 127.x.y.z that a datagram was sent to is its own BMC with own sessions, power and boot flags
 * (IP_PKTINFO gives the address, and is the reply's source). Single thread, recvmmsg/sendmmsg, OpenSSL HMAC/AES.
 *   bmcsim [-p 623] [-u admin] [-P secret] [-k Kg] [-d delay_us] [-l loss_percent] [-s max_sessions] [-t idle_s] [-0]
 *          [-c suite] [-m privilege] [-w] [-5]
 * -p 0 takes a free port; the port is printed on standard output. -c knows this suite alone. -m refuses a higher privilege level.
 * -w drops a packet whose session sequence number was seen, as strict BMCs do. -5 speaks IPMI 1.5 only.
 * -q QUIRK, several by several -q: priv (keys by Open Session's privilege level), intel (that, names filled up to 16 bytes, no look-up by name alone),
 * long (code of RAKP 2 a byte too long), sum (wrong checksums in a session), zero (session id 0 in a session), icv (a code in RAKP 4 of suite 0),
 * role (status 0x0a instead of 0x11 to a suite that is off), mute (nothing at all to a suite that is off), bare (no sensor data records).
 * Send Message reaches a controller of its own at every address behind a BMC, but for 0x7e, where none is.
 * Each BMC has the same SDR repository: temperatures, fans, voltages, a power meter and power supplies, 24 sensors, with thresholds where they are analog.
 * OEM command 0x30 0x01 answers how many Chassis Controls were executed (4 bytes, little-endian).
 * SIGUSR1 prints counters on stderr. A peer for tests, with none of the product's code in it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <unistd.h>
#include <signal.h>
#include <errno.h>
#include <time.h>
#include <poll.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/random.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#define BATCH 64
#define MTU 512
typedef struct { uint32_t bmc_sid, con_sid; uint8_t openpriv, auth, integ, conf, state, role, priv; uint8_t rm[16], rc[16];
  uint8_t sik[32], k1[32], k2[16]; char user[17]; uint8_t ulen; uint32_t out_seq, in_seq; time_t last; } sess;
typedef struct { uint8_t power, last_cc; uint8_t boot[5]; uint8_t guid[16]; uint32_t gen; sess *s; int bad; } bmc;
static bmc *tab[1<<24>>8]; /* pages of 256 BMCs, by the low 24 bits of the address */
static const char *user="admin", *pass="secret", *kg=NULL; static int maxs=16, idle=60, cipher0=0, only=-1, maxpriv=4, strict=0, v15=0, q_priv=0, q_intel=0, q_long=0, q_sum=0, q_zero=0, q_icv=0, q_role=0, q_mute=0, q_bare=0; static double loss=0; static long delay=0;
static unsigned long long n_in,n_out,n_open,n_rakp1,n_rakp3,n_cmd,n_drop,n_badauth,n_nosess,n_power,n_lost;
static bmc *get(uint32_t ip){ uint32_t k=ip&0xffffff; if(!tab[k>>8]) tab[k>>8]=calloc(256,sizeof(bmc)); bmc*b=&tab[k>>8][k&255];
  if(!b->s){ b->s=calloc(maxs,sizeof(sess)); memset(b->guid,0x42,16); memcpy(b->guid,&ip,4);} return b; }
static const EVP_MD *md(int a){ return a==3?EVP_sha256():a==2?EVP_md5():EVP_sha1(); }
static int hm(int a,const void*k,int kl,const void*d,int dl,uint8_t*o){ unsigned ol=0; HMAC(md(a),k,kl,d,dl,o,&ol); return ol; }
static void put32(uint8_t*p,uint32_t v){p[0]=v;p[1]=v>>8;p[2]=v>>16;p[3]=v>>24;}
static uint32_t get32(const uint8_t*p){return p[0]|p[1]<<8|p[2]<<16|(uint32_t)p[3]<<24;}
static uint8_t ck(const uint8_t*p,int n){uint8_t s=0;while(n--)s+=*p++;return -s;}
static uint8_t rndbuf[65536]; static int rndpos=65536;
static void rnd(uint8_t*p,int n){ if(rndpos+n>65536){ for(int i=0;i<65536;i+=256) if(getrandom(rndbuf+i,256,0)!=256) abort(); rndpos=0;} memcpy(p,rndbuf+rndpos,n); rndpos+=n; }
static EVP_CIPHER_CTX *ex;
static int aes(int enc,const uint8_t*key,const uint8_t*iv,const uint8_t*in,int n,uint8_t*out){ int l=0,f=0; if(!ex)ex=EVP_CIPHER_CTX_new();
  EVP_CipherInit_ex(ex,EVP_aes_128_cbc(),NULL,key,iv,enc); EVP_CIPHER_CTX_set_padding(ex,0); EVP_CipherUpdate(ex,out,&l,in,n); EVP_CipherFinal_ex(ex,out+l,&f); return l+f; }
static time_t now;
static int lanmsg(bmc*b,sess*s,const uint8_t*m,int n,uint8_t*o,uint32_t ip,int*closeit);
#define SENSORS 24
/* the record of sensor i, IPMI 2.0 43.1 and 43.2; returns its length */
static int sdr(int i,uint8_t*r){ static const struct { const char*name; uint8_t entity,type,unit,m; } kinds[]={{"DIMM %d Temp",0x20,0x01,0x01,1},{"FAN %d",0x1d,0x04,0x12,100},{"VOLT %d",0x07,0x02,0x04,1},{"Power %d",0x0a,0x0b,0x06,4},{"PSU %d Status",0x0a,0x08,0,0}};
  int k=i<10?0:i<18?1:i<21?2:i<22?3:4, compact=k==4, at=compact?32:48; memset(r,0,at);
  r[0]=i+1; r[2]=0x51; r[3]=compact?2:1; r[5]=0x20; r[7]=i+1; r[8]=kinds[k].entity; r[9]=i+1; r[10]=0x7f; r[11]=compact?0x40:0x68; r[12]=kinds[k].type; r[13]=compact?0x6f:0x01;
  if(compact){ r[18]=0x0f; r[20]=0xc0; r[23]=1; } else { r[18]=r[19]=0x3f; r[21]=kinds[k].unit; r[24]=kinds[k].m; if(k==2) r[29]=0xe0; r[34]=0xff; }
  int l=snprintf((char*)r+at,17,kinds[k].name,i+1); r[at-1]=0xc0|l; r[4]=at+l-5; return at+l; }
/* application command; r = response data from completion code on; returns length */
static int command(bmc*b,sess*s,uint8_t nf,uint8_t cmd,const uint8_t*d,int n,uint8_t*r,uint32_t ip,int*closeit){
  n_cmd++; r[0]=0;
  if(nf==0x06) switch(cmd){
    case 0x01: { static const uint8_t id[]={0,0x20,0x01,0x02,0x50,0x02,0xbf,0x57,0x01,0x00,0x01,0x00,0,0,0,0}; memcpy(r,id,16); return 16; }
    case 0x37: case 0x08: memcpy(r+1,b->guid,16); return 17;
    case 0x38: if(n<2){r[0]=0xc7;return 1;} r[1]=1; r[2]=0x80|0x04; r[3]=kg?0x24:0x04; if(!(d[0]&0x80)) r[2]=0x04; r[4]=v15?0x01:0x02; r[5]=r[6]=r[7]=0; r[8]=0; return 9;
    case 0x54: { uint8_t all[32]; int l=0; static const uint8_t c3[]={0xc0,3,0x01,0x41,0x81},c17[]={0xc0,17,0x03,0x44,0x81},c0[]={0xc0,0,0x00,0x40,0x80};
        if(cipher0){memcpy(all,c0,5);l=5;} if(only<0||only==3){memcpy(all+l,c3,5);l+=5;} if(only<0||only==17){memcpy(all+l,c17,5);l+=5;} int ix=n>2?(d[2]&0x3f)*16:0; int m=l-ix; if(m<0)m=0; if(m>16)m=16; r[1]=1; memcpy(r+2,all+ix,m); return 2+m; }
    case 0x3b: if(!s){r[0]=0xd4;return 1;} if(n<1){r[0]=0xc7;return 1;} if(d[0]>4||d[0]==1){r[0]=0xcc;return 1;} if(d[0]>maxpriv){r[0]=0x81;return 1;} if(d[0])s->priv=d[0]; r[1]=s->priv; return 2;
    case 0x3c: if(!s){r[0]=0xd4;return 1;} if(n<4){r[0]=0xc7;return 1;} if(get32(d)!=s->bmc_sid){r[0]=0x87;return 1;} *closeit=1; return 1;
    case 0x3d: memset(r+1,0,6); r[1]=1; r[2]=maxs; r[3]=1; return 4;
    case 0x34: { /* Send Message: the controller at each address behind is a BMC of its own; its answer is inside ours */
        if(!s){r[0]=0xd4;return 1;} if(n<8){r[0]=0xc7;return 1;} if(d[1]==0x7e){r[0]=0x83;return 1;} int l=lanmsg(get(ip^(uint32_t)d[1]<<8),s,d+1,n-1,r+1,ip^(uint32_t)d[1]<<8,closeit); return 1+l; }
    case 0x02: return 1; }
  if(!s){ r[0]=0xd4; return 1; }
  if(nf==0x30&&cmd==0x01){ put32(r+1,(uint32_t)n_power); return 5; }
  if(nf==0x00) switch(cmd){
    case 0x01: r[1]=b->power|(0<<5); r[2]=b->last_cc; r[3]=0x40; r[4]=0; return 4;
    case 0x02: if(n<1){r[0]=0xc7;return 1;} n_power++; switch(d[0]&15){case 0:case 5:b->power=0;break;case 1:b->power=1;b->last_cc=0x10;break;case 2:if(!b->power){r[0]=0xd5;return 1;}b->power=1;break;case 3:if(!b->power){r[0]=0xd5;return 1;}break;case 4:break;default:r[0]=0xcc;} return 1;
    case 0x04: return 1;
    case 0x08: if(n<1){r[0]=0xc7;return 1;} if((d[0]&0x7f)==5){ if(n>1&&n<6){r[0]=0xc7;return 1;} if(n>=6)memcpy(b->boot,d+1,5); } else if((d[0]&0x7f)>7) r[0]=0x80; return 1;
    case 0x09: if(n<3){r[0]=0xc7;return 1;} r[1]=1; r[2]=d[0]&0x7f; if((d[0]&0x7f)==5){memcpy(r+3,b->boot,5);return 8;} if((d[0]&0x7f)>7){r[0]=0x80;return 1;} memset(r+3,0,2); return 5; }
  if(nf==0x0a&&!q_bare) switch(cmd){
    case 0x20: memset(r+1,0,14); r[1]=0x51; r[2]=SENSORS; r[5]=1; r[9]=1; r[14]=0x02; return 15;
    case 0x22: r[1]=1; r[2]=0; return 3;
    case 0x23: { if(n<6){r[0]=0xc7;return 1;} uint8_t rec[96]; int id=d[2]|d[3]<<8, i=id==0xffff?SENSORS-1:id?id-1:0; if(i>=SENSORS){r[0]=0xcb;return 1;} int l=sdr(i,rec), m=l-d[4]; if(m<0){r[0]=0xc9;return 1;} if(m>d[5]) m=d[5];
        int next=i+1<SENSORS?i+2:0xffff; r[1]=next; r[2]=next>>8; memcpy(r+3,rec+d[4],m); return 3+m; } }
  if(nf==0x04) { if(n<1){r[0]=0xc7;return 1;} if(d[0]<1||d[0]>SENSORS){r[0]=0xcb;return 1;} switch(cmd){
    case 0x2d: r[1]=d[0]>=23?0:20+(d[0]+ip)%40; r[2]=0xc0; r[3]=d[0]>=23?1:0; r[4]=0x80; return 5;
    case 0x27: if(d[0]>=23){r[0]=0xcd;return 1;} r[1]=0x3f; r[2]=8; r[3]=5; r[4]=2; r[5]=90; r[6]=95; r[7]=100; return 8; } }
  (void)ip; r[0]=0xc1; return 1; }
/* ipmi lan message in m[n] -> response lan message in o */
static int lanmsg(bmc*b,sess*s,const uint8_t*m,int n,uint8_t*o,uint32_t ip,int*closeit){
  if(n<7||ck(m,2)!=m[2]||ck(m+3,n-4)!=m[n-1]){ n_drop++; return 0; }
  uint8_t nf=m[1]>>2; if(nf&1) return 0;
  o[0]=m[3]; o[1]=((nf|1)<<2)|(m[4]&3); o[2]=ck(o,2); o[3]=m[0]; o[4]=(m[4]&0xfc)|(m[1]&3); o[5]=m[5];
  int l=6+command(b,s,nf,m[5],m+6,n-7,o+6,ip,closeit); o[l]=ck(o+3,l-3); return l+1; }
static int hdr20(uint8_t*o,uint8_t type,uint32_t sid,uint32_t seq,int len){ o[0]=6;o[1]=0;o[2]=0xff;o[3]=7;o[4]=6;o[5]=type;put32(o+6,sid);put32(o+10,seq);o[14]=len;o[15]=len>>8;return 16; }
static int alen(int a){return a==1?20:a==2?16:a==3?32:0;} static int ilen(int i){return i==1?12:i==4?16:0;} static int iclen(int a){return a==1?12:a==2?16:a==3?16:0;}
static int handle(uint32_t ip,const uint8_t*p,int n,uint8_t*o){
  if(n<4||p[0]!=6) {n_drop++;return 0;}
  if(p[3]==6){ if(n>=12&&p[8]==0x80){ memcpy(o,p,8); o[0]=6;o[2]=0xff;o[3]=6;put32(o+4,0xbe110000);o[8]=0x40;o[9]=p[9];o[10]=0;o[11]=16;memset(o+12,0,16);o[12]=0;o[13]=0;o[14]=0x11;o[15]=0xbe;o[20]=0x81;return 28;} n_drop++; return 0; }
  if(p[3]!=7||n<5){n_drop++;return 0;}
  bmc*b=get(ip); int cl=0;
  if(p[4]==0){ if(n<14||get32(p+9)!=0||get32(p+5)!=0){n_drop++;return 0;} int ml=p[13]; if(14+ml>n){n_drop++;return 0;} o[0]=6;o[1]=0;o[2]=0xff;o[3]=7;o[4]=0;put32(o+5,0);put32(o+9,0); int l=lanmsg(b,NULL,p+14,ml,o+14,ip,&cl); if(!l)return 0; o[13]=l; return 14+l; }
  if(p[4]!=6||n<16||v15){n_drop++;return 0;}
  uint8_t pt=p[5]; uint32_t sid=get32(p+6); int pl=p[14]|p[15]<<8; const uint8_t*d=p+16; if(16+pl>n){n_drop++;return 0;}
  uint8_t *r=o+16;
  switch(pt&0x3f){
  case 0x10: { if(pl<32){n_drop++;return 0;} n_open++; uint8_t a=d[12]&0x3f,i=d[20]&0x3f,c=d[28]&0x3f; int ok=(a==1&&i==1&&c<=1)||(a==1&&i==0&&c==0)||(a==3&&i==4&&c<=1)||(a==3&&i==0&&c==0)||(cipher0&&a==0&&i==0&&c==0); if(only>=0&&only!=(a==3?17:a==1?3:0)) ok=0;
      memset(r,0,36); r[0]=d[0]; put32(r+4,get32(d+4)); if(!ok&&q_mute) return 0; if(!ok){ r[1]=q_role?0x0a:a>3?4:0x11; hdr20(o,0x11,0,0,8); return 16+8; }
      sess*s=NULL; /* a repeated Open Session gets a second half-open session, as real firmware does */
      for(int k=0;!s&&k<maxs;k++) if(!b->s[k].state) s=&b->s[k];
      for(int k=0;!s&&k<maxs;k++) if(now-b->s[k].last>idle||(b->s[k].state<3&&now-b->s[k].last>5)) s=&b->s[k];
      if(!s){ r[1]=1; n_nosess++; hdr20(o,0x11,0,0,8); return 24; }
      int idx=s-b->s; memset(s,0,sizeof *s); s->state=1; s->last=now; s->auth=a;s->integ=i;s->conf=c; s->con_sid=get32(d+4); s->bmc_sid=((++b->gen)<<8|(idx+1))&0xffffffff;
      uint8_t mp=d[1]&15; s->openpriv=mp; r[1]=0; r[2]=mp?mp:4; put32(r+8,s->bmc_sid); memcpy(r+12,d+8,24); r[12]=0;r[20]=1;r[28]=2; r[15]=r[23]=r[31]=8; r[16]=a;r[24]=i;r[32]=c; hdr20(o,0x11,0,0,36); return 52; }
  case 0x12: { if(pl<28){n_drop++;return 0;} n_rakp1++; uint32_t id=get32(d+4); int k=(id&255)-1; r[0]=d[0]; r[2]=r[3]=0;
      sess*s=k>=0&&k<maxs&&b->s[k].bmc_sid==id&&(b->s[k].state==1||b->s[k].state==2)?&b->s[k]:NULL; if(!s){ r[1]=2; put32(r+4,0); hdr20(o,0x13,0,0,8); return 24; }
      int ul=d[27]; put32(r+4,s->con_sid); char padded[17]={0}; strncpy(padded,user,16); int want=q_intel?16:(int)strlen(user);
      if(ul>16||28+ul>pl||ul!=want||memcmp(d+28,padded,ul)||(q_intel&&(d[24]&0x10))){ r[1]=0x0d; s->state=0; hdr20(o,0x13,0,0,8); return 24; }
      memcpy(s->rm,d+8,16); if(s->state==1) rnd(s->rc,16); s->role=q_priv||q_intel?(d[24]&0xf0)|s->openpriv:d[24]; s->ulen=ul; memcpy(s->user,d+28,ul); s->state=2; s->last=now; s->priv=2;
      r[1]=0; memcpy(r+8,s->rc,16); memcpy(r+24,b->guid,16); int l=40;
      if(s->auth){ uint8_t h[80]; put32(h,s->con_sid);put32(h+4,s->bmc_sid);memcpy(h+8,s->rm,16);memcpy(h+24,s->rc,16);memcpy(h+40,b->guid,16);h[56]=s->role;h[57]=ul;memcpy(h+58,s->user,ul); l+=hm(s->auth,pass,strlen(pass),h,58+ul,r+40); if(q_long) r[l++]=0x5a; }
      hdr20(o,0x13,0,0,l); return 16+l; }
  case 0x14: { if(pl<8){n_drop++;return 0;} n_rakp3++; uint32_t id=get32(d+4); int k=(id&255)-1; r[0]=d[0]; r[1]=0;r[2]=r[3]=0;
      sess*s=k>=0&&k<maxs&&b->s[k].bmc_sid==id&&b->s[k].state>=2?&b->s[k]:NULL; if(!s){ r[1]=2; put32(r+4,0); hdr20(o,0x15,0,0,8); return 24; }
      put32(r+4,s->con_sid); if(d[1]){ s->state=0; return 0; } int al=alen(s->auth),l=8; uint8_t h[80],m[64];
      if(al){ if(pl<8+al){n_drop++;return 0;} memcpy(h,s->rc,16);put32(h+16,s->con_sid);h[20]=s->role;h[21]=s->ulen;memcpy(h+22,s->user,s->ulen); hm(s->auth,pass,strlen(pass),h,22+s->ulen,m);
        if(memcmp(m,d+8,al)){ n_badauth++; r[1]=0x0f; s->state=0; hdr20(o,0x15,0,0,8); return 24; }
        memcpy(h,s->rm,16);memcpy(h+16,s->rc,16);h[32]=s->role;h[33]=s->ulen;memcpy(h+34,s->user,s->ulen); int sl=hm(s->auth,kg?kg:pass,strlen(kg?kg:pass),h,34+s->ulen,s->sik);
        uint8_t c[20]; memset(c,1,20); hm(s->auth,s->sik,sl,c,20,s->k1); memset(c,2,20); uint8_t t[64]; hm(s->auth,s->sik,sl,c,20,t); memcpy(s->k2,t,16);
        memcpy(h,s->rm,16);put32(h+16,s->bmc_sid);memcpy(h+20,b->guid,16); hm(s->auth,s->sik,sl,h,36,m); memcpy(r+8,m,iclen(s->auth)); l+=iclen(s->auth); }
      else if(q_icv){ memset(r+8,0x77,20); l+=20; }
      s->state=3; s->last=now; hdr20(o,0x15,0,0,l); return 16+l; }
  case 0x00: {
      if(sid==0){ int l=lanmsg(b,NULL,d,pl,r,ip,&cl); if(!l)return 0; hdr20(o,0,0,0,l); return 16+l; }
      int k=(sid&255)-1; sess*s=k>=0&&k<maxs&&b->s[k].bmc_sid==sid&&b->s[k].state==3?&b->s[k]:NULL; if(!s){n_drop++;return 0;}
      if(now-s->last>idle){ s->state=0; n_drop++; return 0; }
      uint8_t m[64],pt0[MTU]; int il=ilen(s->integ);
      if(il){ if(!(pt&0x40)||n<16+pl+2+il){n_drop++;return 0;} hm(s->auth,s->k1,s->auth==3?32:20,p+4,n-4-il,m); if(memcmp(m,p+n-il,il)){n_badauth++;return 0;} }
      if(strict){ uint32_t q=get32(p+10); if(q<=s->in_seq){n_drop++;return 0;} s->in_seq=q; }
      const uint8_t*q=d; int ql=pl;
      if(s->conf){ if(!(pt&0x80)||pl<32||pl%16){n_drop++;return 0;} ql=aes(0,s->k2,d,d+16,pl-16,pt0); int pad=pt0[ql-1]; if(pad>15||pad+1>ql){n_drop++;return 0;} ql-=pad+1; q=pt0; }
      uint8_t resp[MTU]; int l=lanmsg(b,s,q,ql,resp,ip,&cl); if(!l)return 0; s->last=now; if(q_sum) resp[l-1]^=0x55;
      int tl; if(s->conf){ int pad=(16-(l+1)%16)%16; for(int i=0;i<pad;i++)resp[l+i]=i+1; resp[l+pad]=pad; rnd(r,16); tl=16+aes(1,s->k2,r,resp,l+pad+1,r+16); } else { memcpy(r,resp,l); tl=l; }
      int t=hdr20(o,(s->conf?0x80:0)|(il?0x40:0),q_zero?0:s->con_sid,++s->out_seq,tl)+tl;
      if(il){ int pad=(4-(t-4+2)%4)%4; for(int i=0;i<pad;i++)o[t++]=0xff; o[t++]=pad; o[t++]=7; hm(s->auth,s->k1,s->auth==3?32:20,o+4,t-4,m); memcpy(o+t,m,il); t+=il; }
      if(cl) s->state=0; return t; }
  }
  n_drop++; return 0; }
static void stats(int g){(void)g;char t[400];int n=snprintf(t,400,"in %llu out %llu open %llu rakp1 %llu rakp3 %llu cmd %llu power %llu drop %llu badauth %llu nosess %llu lost %llu\n",n_in,n_out,n_open,n_rakp1,n_rakp3,n_cmd,n_power,n_drop,n_badauth,n_nosess,n_lost);if(write(2,t,n)<0){}if(g!=SIGUSR1)_exit(0);}
typedef struct { int64_t due; int n; struct sockaddr_in to; struct in_addr src; uint8_t b[MTU]; } qe;
static int64_t us(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec*1000000LL+t.tv_nsec/1000;}
int main(int c,char**v){ int port=623,o; while((o=getopt(c,v,"p:u:P:k:d:l:s:t:c:m:q:0w5"))>0) switch(o){case 'p':port=atoi(optarg);break;case 'u':user=optarg;break;case 'P':pass=optarg;break;case 'k':kg=optarg;break;case 'd':delay=atol(optarg);break;case 'l':loss=atof(optarg);break;case 's':maxs=atoi(optarg);break;case 't':idle=atoi(optarg);break;case '0':cipher0=1;break;case 'c':only=atoi(optarg);break;case 'm':maxpriv=atoi(optarg);break;case 'w':strict=1;break;case '5':v15=1;break;case 'q': if(!strcmp(optarg,"priv"))q_priv=1; else if(!strcmp(optarg,"intel"))q_intel=1; else if(!strcmp(optarg,"long"))q_long=1; else if(!strcmp(optarg,"sum"))q_sum=1;
    else if(!strcmp(optarg,"zero"))q_zero=1; else if(!strcmp(optarg,"icv"))q_icv=1; else if(!strcmp(optarg,"role"))q_role=1; else if(!strcmp(optarg,"mute"))q_mute=1; else if(!strcmp(optarg,"bare"))q_bare=1; else return 2; break;}
  int fd=socket(AF_INET,SOCK_DGRAM,0),one=1,sz=64<<20; setsockopt(fd,SOL_SOCKET,SO_RCVBUFFORCE,&sz,sizeof sz); setsockopt(fd,SOL_SOCKET,SO_SNDBUFFORCE,&sz,sizeof sz); setsockopt(fd,IPPROTO_IP,IP_PKTINFO,&one,sizeof one);
  struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(port)}; if(bind(fd,(void*)&a,sizeof a)){perror("bind");return 1;} socklen_t al=sizeof a; getsockname(fd,(void*)&a,&al); printf("%d\n",ntohs(a.sin_port)); fflush(stdout);
  signal(SIGUSR1,stats); signal(SIGTERM,stats); signal(SIGINT,stats);
  static uint8_t in[BATCH][MTU]; static struct sockaddr_in from[BATCH]; static char cm[BATCH][64]; static struct iovec iv[BATCH]; static struct mmsghdr mm[BATCH];
  static char cmo[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))]; static struct iovec ov[BATCH]; static struct mmsghdr om[BATCH];
  int QN=1<<17; qe*q=malloc((size_t)QN*sizeof(qe)); unsigned h=0,t=0;
  for(;;){ if(delay){ struct pollfd pf={fd,POLLIN,0}; int64_t w=-1; if(h!=t){w=q[h%QN].due-us(); if(w<0)w=0;} struct timespec ts={w/1000000,(w%1000000)*1000}; ppoll(&pf,1,w<0?NULL:&ts,NULL); }
    for(int i=0;i<BATCH;i++){iv[i].iov_base=in[i];iv[i].iov_len=MTU;mm[i].msg_hdr=(struct msghdr){&from[i],sizeof from[i],&iv[i],1,cm[i],64,0};}
    int k=recvmmsg(fd,mm,BATCH,delay?MSG_DONTWAIT:MSG_WAITFORONE,NULL); if(k<0){ if(errno!=EINTR&&errno!=EAGAIN){perror("recvmmsg");} k=0; }
    now=time(NULL); if(k){ n_in+=k; }
    for(int i=0;i<k;i++){ struct in_addr dst={0}; for(struct cmsghdr*x=CMSG_FIRSTHDR(&mm[i].msg_hdr);x;x=CMSG_NXTHDR(&mm[i].msg_hdr,x)) if(x->cmsg_type==IP_PKTINFO) dst=((struct in_pktinfo*)CMSG_DATA(x))->ipi_addr;
      if(loss>0&&drand48()*100<loss){n_lost++;continue;} if(t-h>=(unsigned)QN){n_lost++;continue;}
      qe*e=&q[t%QN]; e->n=handle(ntohl(dst.s_addr),in[i],mm[i].msg_len,e->b); if(!e->n)continue; if(loss>0&&drand48()*100<loss){n_lost++;continue;}
      e->to=from[i]; e->src=dst; e->due=delay?us()+delay:0; t++; }
    while(h!=t){ int m=0; int64_t nw=delay?us():0; while(m<BATCH&&h+m!=t){ qe*e=&q[(h+m)%QN]; if(delay&&e->due>nw)break; ov[m].iov_base=e->b;ov[m].iov_len=e->n; memset(cmo[m],0,sizeof cmo[m]);
        om[m].msg_hdr=(struct msghdr){&e->to,sizeof e->to,&ov[m],1,cmo[m],sizeof cmo[m],0}; struct cmsghdr*x=CMSG_FIRSTHDR(&om[m].msg_hdr); x->cmsg_level=IPPROTO_IP;x->cmsg_type=IP_PKTINFO;x->cmsg_len=CMSG_LEN(sizeof(struct in_pktinfo)); ((struct in_pktinfo*)CMSG_DATA(x))->ipi_spec_dst=e->src; m++; }
      if(!m)break; int s=sendmmsg(fd,om,m,0); if(s<=0){h+=1;n_lost++;}else{h+=s;n_out+=s;} } } }
