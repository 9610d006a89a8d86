#!/bin/sh
# A machine with two H200 in MIG mode, one cut into three and one without an instance, and one that is whole.
case "$*" in
*mig.mode*)
  cat <<'OUT'
GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10, Enabled
GPU-1e8d3a5f-6b42-4d27-8c0f-4e3b9d8c7f21, Enabled
GPU-2f7e4b60-5c33-4e18-9d1a-3f4c0e9d8a32, Disabled
OUT
  ;;
-L)
  cat <<'OUT'
GPU 0: NVIDIA H200 (UUID: GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10)
  MIG 3g.71gb     Device  0: (UUID: MIG-4a1b2c3d-0001-5e6f-8a9b-0c1d2e3f4a5b)
  MIG 1g.18gb     Device  1: (UUID: MIG-4a1b2c3d-0002-5e6f-8a9b-0c1d2e3f4a5b)
  MIG 1g.18gb+me  Device  2: (UUID: MIG-5b1b2c3d-0003-5e6f-8a9b-0c1d2e3f4a5b)
GPU 1: NVIDIA H200 (UUID: GPU-1e8d3a5f-6b42-4d27-8c0f-4e3b9d8c7f21)
GPU 2: NVIDIA H200 (UUID: GPU-2f7e4b60-5c33-4e18-9d1a-3f4c0e9d8a32)
OUT
  ;;
"-q -x")
  cat <<'OUT'
<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">
<nvidia_smi_log>
	<driver_version>580.159.04</driver_version>
	<attached_gpus>3</attached_gpus>
	<gpu id="00000000:00:06.0">
		<product_name>NVIDIA H200</product_name>
		<mig_mode>
			<current_mig>Enabled</current_mig>
			<pending_mig>Enabled</pending_mig>
		</mig_mode>
		<mig_devices>
			<mig_device>
				<index>0</index>
				<gpu_instance_id>2</gpu_instance_id>
				<compute_instance_id>0</compute_instance_id>
				<fb_memory_usage>
					<total>71424 MiB</total>
					<reserved>0 MiB</reserved>
					<used>44 MiB</used>
					<free>71380 MiB</free>
				</fb_memory_usage>
				<bar1_memory_usage>
					<total>131072 MiB</total>
				</bar1_memory_usage>
			</mig_device>
			<mig_device>
				<index>1</index>
				<gpu_instance_id>9</gpu_instance_id>
				<compute_instance_id>0</compute_instance_id>
				<fb_memory_usage>
					<total>16384 MiB</total>
				</fb_memory_usage>
			</mig_device>
			<mig_device>
				<index>2</index>
				<gpu_instance_id>10</gpu_instance_id>
				<compute_instance_id>0</compute_instance_id>
				<fb_memory_usage>
					<total>[N/A]</total>
				</fb_memory_usage>
			</mig_device>
		</mig_devices>
		<uuid>GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10</uuid>
		<fb_memory_usage>
			<total>143771 MiB</total>
		</fb_memory_usage>
	</gpu>
	<gpu id="00000000:00:07.0">
		<mig_devices>
			None
		</mig_devices>
		<uuid>GPU-1e8d3a5f-6b42-4d27-8c0f-4e3b9d8c7f21</uuid>
	</gpu>
</nvidia_smi_log>
OUT
  ;;
*)
  cat <<'OUT'
0, GPU-0d9c2f4e-7a51-4c36-9b1e-5f2a8c7d6e10, NVIDIA H200, 143771, 580.159.04
1, GPU-1e8d3a5f-6b42-4d27-8c0f-4e3b9d8c7f21, NVIDIA H200, 143771, 580.159.04
2, GPU-2f7e4b60-5c33-4e18-9d1a-3f4c0e9d8a32, NVIDIA H200, 143771, 580.159.04
OUT
  ;;
esac
exit 0
